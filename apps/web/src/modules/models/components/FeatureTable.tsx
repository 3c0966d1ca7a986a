import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { formatDecimal } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";

type Manifest = ApiOutputs["models"]["version"]["manifest"];

/** The contract of a ranker: its inputs in order. A replica with another order refuses the version. */
export function FeatureTable({ features, linear }: Pick<Manifest, "features" | "linear">) {
  return (
    <Section
      title="Features, in the order of the model's input"
      verdict={`${features.length} features. A replica whose own order differs refuses this version.`}
    >
      <ScrollRegion label="Features">
        <table className="w-full">
          <TableHead
            heads={[
              { label: "#", className: "w-10" },
              "Feature",
              "View",
              { label: "Default", align: "right" },
              { label: "Allowed", align: "right" },
              { label: "Mean", align: "right" },
              { label: "Weight", align: "right" },
            ]}
          />
          <tbody>
            {features.map((feature, i) => (
              <tr key={feature.name} className="border-line border-b">
                <td className="h-8 text-ink-3">{i + 1}</td>
                <th scope="row" className="pr-6 text-left font-mono font-normal text-xs">
                  {feature.name}
                </th>
                <td className="whitespace-nowrap pr-6 text-ink-2">
                  {feature.view} v{feature.viewVersion}
                </td>
                <td className="pr-6 text-right">{feature.default}</td>
                <td className="whitespace-nowrap pr-6 text-right text-ink-2">
                  {feature.min ?? "−∞"} … {feature.max ?? "∞"}
                </td>
                <td className="pr-6 text-right">{formatDecimal(linear?.means[i], 3)}</td>
                <td className="text-right">{formatDecimal(linear?.weights[i], 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}
