import { changeWords } from "../presenters/words";

/** What a version changed, field by field. */
export function ChangeList({
  changes,
}: {
  changes: readonly { readonly field: string; readonly before?: unknown; readonly after?: unknown }[];
}) {
  return (
    <ul className="flex flex-col gap-1">
      {changes.map(({ field, before, after }) => (
        <li key={field} className="break-words text-xs">
          <span className="font-mono">{field}</span>
          <span className="text-ink-3">: </span>
          <span className="break-all text-ink-2">{changeWords(before)}</span>
          <span className="text-ink-3"> → </span>
          <span className="break-all">{changeWords(after)}</span>
        </li>
      ))}
    </ul>
  );
}
