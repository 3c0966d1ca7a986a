import type { RankChange } from "../presenters/rankChange";

/** What happened to an item since the previous list: new, risen by n, fallen by n. */
export function RankMark({ change }: { change: RankChange }) {
  if (change.kind === "same") return null;
  const [text, spoken, colour] =
    change.kind === "new"
      ? ["new", "new in the list", "bg-[#2c4ecb] text-white"]
      : change.kind === "up"
        ? [`▲${change.by}`, `up ${change.by}`, "bg-[#d9f2e3] text-[#0f5132]"]
        : [`▼${change.by}`, `down ${change.by}`, "bg-[#ececef] text-[#3f3f46]"];
  return (
    <span className={`rounded px-1.5 font-medium text-2xs ${colour}`} data-change={change.kind}>
      <span aria-hidden="true">{text}</span>
      <span className="sr-only">{spoken}</span>
    </span>
  );
}
