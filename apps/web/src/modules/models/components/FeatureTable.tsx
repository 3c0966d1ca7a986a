import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
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
          <thead>
            <tr className="border-line border-b text-ink-3 text-xs">
              <th scope="col" className="h-8 w-10 text-left font-medium">
                #
              </th>
              <th scope="col" className="pr-6 text-left font-medium">
                Feature
              </th>
              <th scope="col" className="pr-6 text-left font-medium">
                View
              </th>
              <th scope="col" className="pr-6 text-right font-medium">
                Default
              </th>
              <th scope="col" className="pr-6 text-right font-medium">
                Allowed
              </th>
              <th scope="col" className="pr-6 text-right font-medium">
                Mean
              </th>
              <th scope="col" className="text-right font-medium">
                Weight
              </th>
            </tr>
          </thead>
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
