/** Names that point at a version. */
export function AliasChips({ aliases }: { aliases: readonly string[] }) {
  if (aliases.length === 0) return <span className="text-ink-3">–</span>;
  return (
    <span className="inline-flex flex-wrap gap-1">
      {aliases.map((alias) => (
        <span key={alias} className="rounded border border-line-strong/60 px-1.5 font-mono text-xs leading-5">
          {alias}
        </span>
      ))}
    </span>
  );
}
