"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { type FormEvent, useMemo } from "react";
import { Async } from "@/components/async/Async";
import { Empty, FilteredOut } from "@/components/async/States";
import { Button } from "@/components/ui/Button";
import { inputClass, Select } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { surfaceLabel } from "@/lib/rungs";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { RequestTable } from "../components/RequestTable";

const RUNG_FILTERS = ["all", "full", "not_full"] as const;
const search = {
  surface: parseAsString.withDefault(""),
  rung: parseAsStringLiteral(RUNG_FILTERS).withDefault("all"),
};

export function ExplainListPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const [{ surface, rung }, setSearch] = useQueryStates(search);
  const requests = useQuery({
    ...trpc.explain.recent.queryOptions({ workspace, limit: 100 }),
    refetchInterval: 5_000,
  });
  const shown = useMemo(
    () =>
      (requests.data ?? []).filter(
        (each) =>
          (surface === "" || each.surface === surface) &&
          (rung === "all" || (rung === "full") === (each.rung === 0)),
      ),
    [requests.data, surface, rung],
  );
  const surfaces = [...new Set((requests.data ?? []).map((each) => each.surface))].sort();

  function open(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const id = String(new FormData(event.currentTarget).get("requestId")).trim();
    if (id !== "") router.push(href(`/explain/${encodeURIComponent(id)}`));
  }

  return (
    <Page
      title="Explain"
      verdict="Why did this shopper see this list? Every answer is logged with its sources, features and stages. Open one of the newest, or paste the request id that the API returned."
    >
      <form onSubmit={open} className="mb-6 flex max-w-xl gap-2">
        <input
          name="requestId"
          aria-label="Request id"
          placeholder="Request id"
          required
          className={`${inputClass} font-mono text-xs`}
        />
        <Button type="submit" variant="primary">
          Explain
        </Button>
      </form>
      <Async query={requests} rows={12}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title="No request has been answered yet"
              command={`npx shortlist simulate --workspace ${workspace} --rps 20`}
            >
              Requests appear here within seconds. Send live traffic, or use the playground.
            </Empty>
          ) : (
            <>
              <div className="mb-3 flex flex-wrap gap-4 [&_label]:mb-0">
                <Select
                  label="Surface"
                  className="flex items-center gap-2"
                  value={surface}
                  onChange={(e) => setSearch({ surface: e.target.value })}
                >
                  <option value="">All</option>
                  {surfaces.map((each) => (
                    <option key={each} value={each}>
                      {surfaceLabel(each)}
                    </option>
                  ))}
                </Select>
                <Select
                  label="Rung"
                  className="flex items-center gap-2"
                  value={rung}
                  onChange={(e) => setSearch({ rung: e.target.value as (typeof RUNG_FILTERS)[number] })}
                >
                  <option value="all">All</option>
                  <option value="full">Full only</option>
                  <option value="not_full">Fallbacks only</option>
                </Select>
                <p className="self-center text-ink-3">
                  {shown.length} of the newest {all.length}
                </p>
              </div>
              {shown.length === 0 ? (
                <FilteredOut
                  filters="this surface and rung among the newest requests"
                  onClear={() => setSearch({ surface: null, rung: null })}
                />
              ) : (
                <RequestTable requests={shown} />
              )}
            </>
          )
        }
      </Async>
    </Page>
  );
}
