export { formatPhoneNumber, PHONE_NUMBER_FORMATS, type PhoneNumberFormat } from './format-phone-number.js';
export { type Country, resolveCountry } from './resolve-country.js';
