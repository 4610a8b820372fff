/** A client made with the `twilio` package, as far as it is used here; the package's own `Twilio` satisfies it. */
export interface TwilioClientLike {
  readonly accountSid: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly region?: string | undefined;
  readonly edge?: string | undefined;
  readonly userAgentExtensions?: readonly string[] | undefined;
  readonly credentialProvider?: object | undefined;
  readonly opts?: object | undefined;
  readonly api: { readonly baseUrl: string };
}

/** Whose numbers: an auth token, an API key, or a `twilio` client that has either. */
export type TwilioCredentials =
  | { readonly accountSid: string; readonly authToken: string }
  | { readonly accountSid: string; readonly apiKeySid: string; readonly apiKeySecret: string }
  | {
      /**
       * Only its credentials, region, edge, base URL, `ca` and user agent extensions are taken, once, when the provider is
       * created; it is never changed. The SDK's HTTP client is replaced by ours. One of your own (`httpClient`) is kept,
       * with this loss: a failure of it counts as a purchase that may have been made, however early it came.
       */
      readonly client: TwilioClientLike;
    };

/** What {@link createTwilioProvider} takes besides the credentials. */
export interface TwilioProviderSettings {
  /**
   * Where to send everything instead of Twilio: a simulator, or a proxy. A path in it is put before Twilio's. `https` except
   * on loopback or with `simulator: true`. Credentials never go to another origin than this.
   */
  readonly baseUrl?: string;
  /** Twilio's region, as in `au1`. Default: Twilio's. The environment is not asked. */
  readonly region?: string;
  /** Twilio's edge location, as in `sydney`. Default: Twilio's. The environment is not asked. */
  readonly edge?: string;
  /** The first part of the tag on each number: 1 to 27 of `a-z`, `0-9` and `-`. Default `channelkit`. */
  readonly namespace?: string;
  /** How many calls are under way at a time at most. Halved whenever Twilio answers 429, and raised again. Default 10. */
  readonly maxConcurrency?: number;
  /** Says that what answers is no Twilio: numbers cost nothing, reach nobody, and nothing lands late. Default `false`. */
  readonly simulator?: boolean;
  /** Put at the end of the `User-Agent`. Default: `channelkit`. */
  readonly userAgentExtensions?: readonly string[];
}

/** What {@link createTwilioProvider} takes. */
export type TwilioProviderOptions = TwilioCredentials & TwilioProviderSettings;
