import type { Exchange } from '@channelkit/twilio-simulator';
import type { OpenApiJudge } from './open-api-judge.js';

/**
 * Judges what a simulator recorded: every request, and every answer that no fault had its hand in.
 *
 * Sentences, one a violation; empty when all is as Twilio's document and the real wire have it.
 */
export function judgeExchanges(judge: OpenApiJudge, exchanges: readonly Exchange[]): readonly string[] {
  return exchanges.flatMap(({ request, answer, fault }) => {
    const onRequest = judge.checkRequest(request);
    if (fault !== null || answer === null) return onRequest;
    const { method, path } = request;
    const onAnswer = judge.checkResponse({ method, path, status: answer.status, body: answer.body });
    return [...onRequest, ...onAnswer];
  });
}
