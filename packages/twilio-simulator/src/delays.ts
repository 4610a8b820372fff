/** Timers that end with the simulator. */
export interface Delays {
  /** Waits; rejects when it is interrupted first. */
  wait(milliseconds: number): Promise<void>;
  /** Rejects every wait that is under way. */
  interrupt(): void;
  /** Rejects every wait that is under way, and every later one. */
  end(): void;
}

/** Creates a set of timers that can be ended together. */
export function createDelays(): Delays {
  const pending = new Map<NodeJS.Timeout, () => void>();
  let hasEnded = false;

  function interrupt(): void {
    for (const [timer, abandon] of pending) {
      clearTimeout(timer);
      abandon();
    }
    pending.clear();
  }

  return {
    wait(milliseconds) {
      if (hasEnded) return Promise.reject(interruption());
      if (milliseconds <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          pending.delete(timer);
          resolve();
        }, milliseconds);
        pending.set(timer, () => reject(interruption()));
      });
    },
    interrupt,
    end() {
      hasEnded = true;
      interrupt();
    },
  };
}

function interruption(): Error {
  return new Error('The simulator was reset or closed.');
}
