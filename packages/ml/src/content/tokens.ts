/**
 * Words of a product text: lower case, accents removed, split at everything that is neither letter nor digit.
 * A plural "s" is dropped from words of four letters and more ("mugs" meets "mug"); no other stemming.
 */
export function tokenizeText(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
    word.length >= 4 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word,
  );
}
