/** The purchases that were begun and have not ended, whether or not anybody still waits for them. */
export interface PurchasesUnderWay {
  track<Result>(purchase: Promise<Result>): Promise<Result>;
  /** Resolves once none is under way. */
  settled(): Promise<void>;
}

/** Creates the list that a graceful shutdown waits for: a browser that has left does not end a purchase. */
export function createPurchasesUnderWay(): PurchasesUnderWay {
  const purchases = new Set<Promise<unknown>>();
  return {
    track: (purchase) => {
      const tracked = purchase.finally(() => purchases.delete(tracked));
      purchases.add(tracked);
      return tracked;
    },
    settled: async () => {
      while (purchases.size > 0) await Promise.allSettled(purchases);
    },
  };
}
