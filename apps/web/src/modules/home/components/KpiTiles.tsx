import { StateWord } from "@/components/ui/StateWord";
import type { Tile } from "../presenters/homeView";

export function KpiTiles({ tiles }: { tiles: readonly Tile[] }) {
  return (
    <dl className="grid grid-cols-2 border-line border-y lg:grid-cols-4">
      {tiles.map(({ name, value, note, tone, toneWord }) => (
        <div
          key={name}
          className="py-3 pr-4 lg:border-line lg:border-l lg:py-4 lg:pl-4 lg:first:border-l-0 lg:first:pl-0"
        >
          <dt className="text-ink-3">{name}</dt>
          <dd className="mt-1 font-semibold text-2xl tracking-tight" suppressHydrationWarning>
            {value}
          </dd>
          <dd className="mt-1 flex flex-wrap gap-x-2 text-xs">
            <StateWord tone={tone}>{toneWord}</StateWord>
            <span className="text-ink-3">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
