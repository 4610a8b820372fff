/** One promise of an interface, and how to see that an implementation keeps it. */
export interface ContractCase<Subject> {
  /** A fact in the present tense, unique in its kit. */
  readonly name: string;
  /** Rejects when the promise is broken. Leaves the subject as it may be: no other case gets it. */
  check(subject: Subject): Promise<void>;
}

/** What {@link runContract} needs of a subject: a way to put it away, when it holds anything. */
export interface ContractSubject {
  /** Runs after each case, passed or not. */
  close?(): void | Promise<void>;
}

/** What {@link runContract} runs, and with what. */
export interface ContractRun<Subject extends ContractSubject> {
  /** The test function of any runner: `test` of `node:test`, `it` of vitest or jest. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  readonly cases: readonly ContractCase<Subject>[];
  /** Makes a fresh, empty subject; called once for each case. */
  readonly create: () => NoInfer<Subject> | Promise<NoInfer<Subject>>;
}

/**
 * Registers every case of a kit as one test, each with a subject of its own.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { runContract, storeContract } from '@channelkit/core/testing';
 *
 * runContract({ test, cases: storeContract, create: () => openMyStore() });
 * ```
 */
export function runContract<Subject extends ContractSubject>(run: ContractRun<Subject>): void {
  for (const contractCase of run.cases) {
    run.test(contractCase.name, async () => {
      const subject = await run.create();
      try {
        await contractCase.check(subject);
      } finally {
        await subject.close?.();
      }
    });
  }
}
