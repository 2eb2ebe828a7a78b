import { z } from "zod";

/** Rules for arguments; their messages follow the field and the value that they refuse. */

export const text = z.string("must be text").min(1, "must not be empty");

export const dnsLabel = z
  .string("must be text")
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be a name of at most 63 lower case letters, digits and '-'");

export const httpUrl = z.url({ protocol: /^https?$/, error: "must be a URL that begins with http:// or https://" });

/** A version as charts and releases have it. */
export const semanticVersion = z
  .string("must be text")
  .regex(/^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/, "must be a version such as 1.27.1");

/** As Prometheus writes it: units from largest to smallest, each once. */
export const prometheusDuration = z
  .string("must be a duration such as 15d")
  .regex(
    /^(?=\d)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/,
    "must be a duration such as 15d, 12h or 1h30m (units y, w, d, h, m, s, ms)",
  );

/** As Kubernetes writes amounts of memory, disk and CPU. */
export const quantity = z.union(
  [
    z.number().positive("must be a quantity such as 512Mi, 2Gi or 500m"),
    z
      .string()
      .regex(/^\d+(\.\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/, "must be a quantity such as 512Mi, 2Gi or 500m"),
  ],
  "must be a quantity such as 512Mi, 2Gi or 500m",
);

export const wholeNumber = (least: number, most?: number): z.ZodType<number> => {
  const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  const message = `must be a whole number ${range}`;
  return z
    .int(message)
    .min(least, message)
    .max(most ?? Number.MAX_SAFE_INTEGER, message);
};

export const image = z
  .string("must be text")
  .regex(
    /^[a-z0-9][\w.:/-]*?(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/i,
    "must be an image such as registry.example/serin:0.1.0",
  );
