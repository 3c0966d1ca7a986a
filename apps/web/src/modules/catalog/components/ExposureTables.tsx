"use client";

import Link from "next/link";
import { CsvButton } from "@/components/ui/CsvButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDecimal } from "@/lib/format";
import { surfaceLabel } from "@/lib/rungs";
import { useWorkspace } from "@/modules/shell/session";
import type { Exposure } from "../presenters/itemView";

const head = "h-8 px-3 font-medium first:pl-0";

export function ExposureTables({ exposure: { cells, slates } }: { exposure: Exposure }) {
  const { href } = useWorkspace();
  return (
    <div className="grid gap-x-12 gap-y-6 lg:grid-cols-2">
      <div>
        <div className="flex justify-end">
          <CsvButton
            fileName="exposure.csv"
            header={["surface", "source", "slates", "mean position"]}
            rows={cells.map((cell) => [cell.surface, cell.source, cell.slates, cell.positionMean + 1])}
          />
        </div>
        <ScrollRegion label="Exposure by surface and source">
          <table className="w-full">
            <caption className="sr-only">Exposure by surface and source</caption>
            <thead>
              <tr className="border-line border-b text-left text-ink-3 text-xs">
                <th scope="col" className={head}>
                  Surface
                </th>
                <th scope="col" className={head}>
                  Source
                </th>
                <th scope="col" className={`${head} text-right`}>
                  Slates
                </th>
                <th scope="col" className={`${head} text-right`}>
                  Mean position
                </th>
              </tr>
            </thead>
            <tbody>
              {cells.map((cell) => (
                <tr key={`${cell.surface} ${cell.source}`} className="border-line border-b">
                  <th scope="row" className="h-8 text-left font-normal">
                    {surfaceLabel(cell.surface)}
                  </th>
                  <td className="px-3">{cell.source.replaceAll("_", " ")}</td>
                  <td className="px-3 text-right">{formatCount(cell.slates)}</td>
                  <td className="px-3 text-right">{formatDecimal(cell.positionMean + 1, 1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </div>
      <div>
        <h3 className="mb-2 font-medium">Last slates that showed it</h3>
        <ul>
          {slates.map(({ requestId, at, surface, position }) => (
            <li
              key={requestId}
              className="flex min-h-8 items-center justify-between gap-3 border-line border-b"
            >
              <Link className="link truncate font-mono text-xs" href={href(`/explain/${requestId}`)}>
                {requestId}
              </Link>
              <span className="whitespace-nowrap text-ink-2">
                {surfaceLabel(surface)}, position {position + 1}, <Time at={at} />
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
