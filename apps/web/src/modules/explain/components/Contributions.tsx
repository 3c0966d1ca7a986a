import { CsvButton } from "@/components/ui/CsvButton";
import { formatDecimal } from "@/lib/format";
import { contributionRows, type ExplainedItem } from "../presenters/explainView";

/** Additive effect of each feature on the ranker's logit, against the average item of training. */
export function Contributions({ item, scale }: { item: ExplainedItem; scale: number }) {
  const rows = contributionRows(item, scale);
  const total = rows.reduce((sum, { contribution }) => sum + contribution, 0);
  return (
    <div className="sticky left-3 w-full max-w-[min(48rem,calc(100vw-4.5rem))]">
      <div className="mb-1 flex items-baseline justify-between gap-4">
        <p className="text-ink-2">
          Together {total >= 0 ? "+" : ""}
          {formatDecimal(total, 3)} on the logit against the average item: weight × (value − mean), exact for
          a linear ranker.
        </p>
        <CsvButton
          fileName={`${item.itemId}-contributions.csv`}
          header={["feature", "value", "contribution"]}
          rows={rows.map((row) => [row.feature, row.value, row.contribution])}
        />
      </div>
      <table className="w-full table-fixed">
        <caption className="sr-only">Contributions of the features</caption>
        <thead>
          <tr className="border-line border-b text-ink-3 text-xs">
            <th scope="col" className="h-7 w-32 text-left sm:w-44 font-medium">
              Feature
            </th>
            <th scope="col" className="w-14 text-right font-medium sm:w-20">
              Value
            </th>
            <th scope="col" className="px-2 sm:px-4 font-medium">
              − lowers · raises +
            </th>
            <th scope="col" className="w-16 text-right font-medium sm:w-20">
              Effect
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.feature} className="border-line border-b last:border-b-0">
              <th
                scope="row"
                className="h-7 truncate text-left font-mono font-normal text-xs"
                title={row.feature}
              >
                {row.feature}
              </th>
              <td className="text-right text-ink-2">{formatDecimal(row.value, 3)}</td>
              <td className="px-2 sm:px-4">
                <span aria-hidden="true" className="relative block h-2.5">
                  <span className="absolute inset-y-[-4px] left-1/2 w-px bg-line-strong" />
                  <span
                    className={`absolute inset-y-0 rounded-sm ${row.extent < 0 ? "bg-series-2" : "bg-series-1"}`}
                    style={
                      row.extent < 0
                        ? { right: "50%", width: `${-row.extent * 50}%` }
                        : { left: "50%", width: `${row.extent * 50}%` }
                    }
                  />
                </span>
              </td>
              <td className="text-right">
                {row.contribution >= 0 ? "+" : "−"}
                {formatDecimal(Math.abs(row.contribution), 3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
