import { SURFACE_MODES } from "@shortlist/contracts/vocabulary";
import { Field, inputClass, Select } from "@/components/ui/Field";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { cn } from "@/lib/cn";
import { words } from "../presenters/funnelView";
import { MODE_LABELS } from "../presenters/modes";
import { listSources } from "../presenters/settingsForm";
import type { EditedSurface } from "./SettingsForm";

interface Props {
  readonly surface: EditedSurface;
  /** By the field's name. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Every field of the settings, named as in the API. */
export function SettingsFields({ surface, problems }: Props) {
  const { settings, rankers } = surface;
  const { rerank, preRanker } = settings;
  const { exploration, freshness } = rerank;
  const field = (name: string) => ({ name, problem: problems[name], inputMode: "decimal" as const });
  const models = [...new Set([...rankers, settings.ranker ?? "", preRanker?.model ?? ""])].filter(
    (ref) => ref !== "",
  );
  const grid = "grid gap-4 sm:grid-cols-2 lg:grid-cols-4";
  return (
    <>
      <Section title="Answer" className="border-t-0 pt-0">
        <div className={grid}>
          <Select label="Lists come" name="mode" defaultValue={settings.mode}>
            {SURFACE_MODES.map((mode) => (
              <option key={mode} value={mode}>
                {MODE_LABELS[mode]}
              </option>
            ))}
          </Select>
          <Field label="Budget, ms" defaultValue={settings.budgetMs} {...field("budgetMs")} />
          <Field
            label="Candidates at most"
            defaultValue={settings.candidateLimit}
            {...field("candidateLimit")}
          />
          <Select label="Ranker" name="ranker" defaultValue={settings.ranker ?? ""}>
            <option value="">as other surfaces</option>
            {models.map((ref) => (
              <option key={ref}>{ref}</option>
            ))}
          </Select>
          <Field
            label="Pre-ranker keeps"
            hint="Empty: no pre-ranker."
            defaultValue={preRanker?.keep ?? ""}
            {...field("preRanker.keep")}
          />
          <Select label="Pre-ranker" name="preRanker.model" defaultValue={preRanker?.model ?? ""}>
            <option value="">rank fusion</option>
            {models.map((ref) => (
              <option key={ref}>{ref}</option>
            ))}
          </Select>
        </div>
      </Section>
      <Section title="Sources">
        <SourceFields surface={surface} problems={problems} />
      </Section>
      <Section title="Re-ranking">
        <div className={grid}>
          <Field
            label="Of a category at most"
            defaultValue={rerank.categoryCap}
            {...field("rerank.categoryCap")}
          />
          <Field
            label="Of a brand at most"
            hint="Empty: no cap."
            defaultValue={rerank.brandCap ?? ""}
            {...field("rerank.brandCap")}
          />
          <Field
            label="Of a seller at most"
            hint="Empty: no cap."
            defaultValue={rerank.sellerCap ?? ""}
            {...field("rerank.sellerCap")}
          />
          <Field
            label="Last seen items left out"
            defaultValue={rerank.excludeRecentlySeen}
            {...field("rerank.excludeRecentlySeen")}
          />
          <Field
            label="Diversity, 0 to 1"
            hint="0 orders by score alone."
            defaultValue={rerank.diversity}
            {...field("rerank.diversity")}
          />
          <Field
            label="Freshness weight"
            hint="Empty: none. In standard deviations of scores."
            defaultValue={freshness?.weight ?? ""}
            {...field("rerank.freshness.weight")}
          />
          <Field
            label="Freshness half-life, days"
            defaultValue={freshness?.halfLifeDays ?? 7}
            {...field("rerank.freshness.halfLifeDays")}
          />
          <label className="flex items-center gap-2 self-center">
            <input
              type="checkbox"
              name="rerank.excludePurchased"
              defaultChecked={rerank.excludePurchased}
              className="size-4 accent-accent"
            />
            Leave out what was bought
          </label>
          <Select label="Exploration" name="rerank.exploration.kind" defaultValue={exploration?.kind ?? ""}>
            <option value="">none</option>
            <option value="epsilon">epsilon</option>
            <option value="thompson">thompson</option>
          </Select>
          <Field
            label="Exploring positions, %"
            defaultValue={exploration?.slotSharePct ?? 10}
            {...field("rerank.exploration.slotSharePct")}
          />
          <Field
            label="Epsilon, 0 to 1"
            defaultValue={exploration?.epsilon ?? 1}
            {...field("rerank.exploration.epsilon")}
          />
          <Field
            label="Drawn from best"
            defaultValue={exploration?.poolSize ?? 50}
            {...field("rerank.exploration.poolSize")}
          />
        </div>
      </Section>
    </>
  );
}

function SourceFields({ surface, problems }: Props) {
  const number = (name: string, label: string, value: number) => (
    <input
      name={name}
      aria-label={label}
      defaultValue={value}
      inputMode="decimal"
      {...(problems[name] === undefined ? {} : { "aria-invalid": true as const, title: problems[name] })}
      className={cn(inputClass, "w-24")}
    />
  );
  return (
    <>
      <ScrollRegion label="Sources">
        <table className="whitespace-nowrap">
          <TableHead heads={["Source", "Candidates at most", "Timeout, ms"]} />
          <tbody>
            {listSources(surface.settings).map(({ name, enabled, quota, timeoutMs }) => (
              <tr key={name} className="border-line border-b">
                <th scope="row" className="py-1 pr-6 text-left font-normal">
                  <label className="flex items-center gap-2">
                    <input
                      type="checkbox"
                      name={`source.${name}.enabled`}
                      defaultChecked={enabled}
                      className="size-4 accent-accent"
                    />
                    {words(name)}
                  </label>
                </th>
                <td className="py-1 pr-6">
                  {number(`source.${name}.quota`, `Candidates at most, ${words(name)}`, quota)}
                </td>
                <td className="py-1 pr-6">
                  {number(`source.${name}.timeoutMs`, `Timeout in ms, ${words(name)}`, timeoutMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {problems.sources !== undefined && <p className="mt-2 text-harm text-xs">{problems.sources}</p>}
    </>
  );
}
