import type { Action } from "../types";

const WORDS: Record<Action, string> = { click: "opened", add_to_cart: "cart", hide: "hidden" };

/** What this shopper did in this session, oldest first. */
export function SessionTrail({
  session,
}: {
  session: readonly { itemId: string; title: string; action: Action }[];
}) {
  if (session.length === 0) return null;
  return (
    <div className="mt-6 border-line border-t pt-3">
      <h3 className="mb-2 text-ink-3 text-xs">This session</h3>
      <ol className="flex flex-wrap gap-1.5">
        {session.map(({ itemId, title, action }, i) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the trail only grows at its end
            key={`${i} ${itemId}`}
            className="max-w-64 truncate rounded border border-line px-2 py-0.5 text-xs"
          >
            <span className="text-ink-3">{WORDS[action]}</span> {title}
          </li>
        ))}
      </ol>
    </div>
  );
}
