import { useQuery } from '@tanstack/vue-query';
import { reportHealth } from './api/channels.js';

const POLL_MS = 30_000;
const POLL_IN_DOUBT_MS = 5_000;

/** What the server says of itself; asked for more often while it has purchases to check. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: reportHealth,
    refetchInterval: ({ state }) => ((state.data?.operationsInDoubt ?? 0) > 0 ? POLL_IN_DOUBT_MS : POLL_MS),
  });
}
