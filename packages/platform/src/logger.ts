import pino, { type Logger } from "pino";

export type { Logger };

/** JSON logs on stdout. Fields that could carry a raw shopper id or a secret are censored wherever they appear. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    redact: {
      paths: [
        "req.headers.authorization",
        "req.headers.cookie",
        "*.userId",
        "*.anonymousId",
        "userId",
        "anonymousId",
        "*.password",
        "password",
        "*.apiKey",
      ],
      censor: "[redacted]",
    },
  });
}
