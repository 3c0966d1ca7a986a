"use client";

import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type ModelSearch, STAGE_LABELS, STAGES } from "../presenters/search";

/** The box and the choices that find versions. A text is searched for when it is sent, a choice at once. */
export function SearchForm({
  search,
  problem,
  onSearch,
}: {
  search: ModelSearch;
  /** What the API does not understand of the text. */
  problem: string | undefined;
  onSearch: (changed: Partial<ModelSearch>) => void;
}) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const terms = useQuery(trpc.models.searchTerms.queryOptions({ workspace }));
  const tags = (terms.data?.tags ?? []).map(({ key, value, nVersions }) => ({
    value: `${key}=${value}`,
    label: `${key}=${value} (${nVersions})`,
  }));
  const aliases = (terms.data?.aliases ?? []).map(({ alias }) => ({ value: alias, label: alias }));
  const stages = STAGES.map((stage) => ({ value: stage, label: STAGE_LABELS[stage] }));
  return (
    <search className="mb-6 block">
      <form
        className="flex flex-wrap items-start gap-x-4 gap-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch({ text: String(new FormData(event.currentTarget).get("text")).trim() });
        }}
      >
        <div className="flex min-w-64 grow basis-96 items-start gap-2">
          <Field
            // Emptied from outside when filters are cleared, or by the way back.
            key={search.text}
            className="grow"
            label="Search versions"
            name="text"
            type="search"
            maxLength={300}
            defaultValue={search.text}
            autoComplete="off"
            spellCheck={false}
            placeholder="home kind:ranker"
            hint="Part of a name, kind:ranker, metrics.ndcgAt20>0.1"
            problem={problem}
          />
          <Button type="submit" className="mt-6">
            Search
          </Button>
        </div>
        <Choice label="Tag" chosen={search.tag} choices={tags} onChoose={(tag) => onSearch({ tag })} />
        <Choice
          label="Alias"
          chosen={search.alias}
          choices={aliases}
          onChoose={(alias) => onSearch({ alias })}
        />
        <Choice
          label="Stage"
          any="not archived"
          chosen={search.stage}
          choices={stages}
          onChoose={(chosen) => onSearch({ stage: STAGES.find((stage) => stage === chosen) ?? null })}
        />
      </form>
    </search>
  );
}

/** One choice of a list, or any. What the address asks for is shown though it may not be in the list any more. */
function Choice({
  label,
  any = "any",
  chosen,
  choices,
  onChoose,
}: {
  label: string;
  any?: string;
  chosen: string | null;
  choices: readonly { readonly value: string; readonly label: string }[];
  onChoose: (value: string | null) => void;
}) {
  const isListed = chosen === null || choices.some(({ value }) => value === chosen);
  return (
    <Select
      label={label}
      className="w-40"
      value={chosen ?? ""}
      onChange={(event) => onChoose(event.target.value === "" ? null : event.target.value)}
    >
      <option value="">{any}</option>
      {!isListed && <option value={chosen}>{chosen}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </Select>
  );
}
