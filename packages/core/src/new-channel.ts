import type { CheckedRequest } from './check-request.js';
import type { NewChannel } from './channel-store.js';
import type { OwnedNumber } from './number-provider.js';
import type { PatientProvider } from './patient-provider.js';

/** Makes the row of a number that was bought: what the request asked for, and what the number really is. */
export function newChannel(
  id: string,
  request: CheckedRequest,
  number: OwnedNumber,
  { name: provider, accountId, isMock }: PatientProvider,
): NewChannel {
  const { phoneNumber, providerNumberId, isoCountry, capabilities } = number;
  return {
    id,
    name: request.name ?? `${request.country} - ${phoneNumber}`,
    phoneNumber,
    countryCode: request.query.callingCode,
    isoCountry: isoCountry ?? request.query.country,
    type: request.query.type,
    capabilities,
    isMock,
    provider,
    accountId,
    providerNumberId,
    metadata: request.metadata,
  };
}
