import * as z from "zod";

/** A name for a version that moves: `champion`. Case does not count, so that Champion and champion are one. */
export const AliasName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "use 1–32 letters, digits, _ or -, beginning with a letter")
  .refine((name) => name !== "latest" && !/^v\d+$/.test(name), {
    message: "latest and v1, v2, … are reserved: they would look like a version",
  });

/** What it takes to move an alias that others rely on. */
export const AliasPolicy = z.object({
  protected: z.array(AliasName).max(20).default(["champion"]),
  /** A move of a protected alias waits for somebody else, even when whoever asks may move it. */
  secondPerson: z.boolean().default(false),
});
export type AliasPolicy = z.infer<typeof AliasPolicy>;

export const TagKey = z
  .string()
  .regex(
    /^[a-z][a-z0-9_.-]{0,62}$/,
    "use 1–63 lower-case letters, digits, _ . or -, beginning with a letter",
  );
export const TagValue = z.string().trim().min(1).max(256);

/** Name of a model, as `register` takes it. */
export const ModelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "use 1–64 lower-case letters, digits, _ or -");
