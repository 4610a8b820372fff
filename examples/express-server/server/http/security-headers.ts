import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The pages load nothing from elsewhere, run no inline script, and are shown in nobody's frame. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // The server speaks plain HTTP; what puts TLS in front of it sends this.
    strictTransportSecurity: false,
  });
}
