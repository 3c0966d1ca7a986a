"use client";

import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatUtc } from "@/lib/format";
import { formatChange, type Guardrail, metricLabel, unitOf } from "../presenters/guardrailView";
import type { Rollout } from "../presenters/rolloutView";

/** Changes beyond that are drawn at the edge; the table has the numbers. */
const CHANGE_MAX = 1;

/** The change of one metric and its interval by the minute, with no change and the margin as lines. */
export function GuardrailHistory({
  metric,
  checks,
}: {
  metric: Guardrail["metric"];
  checks: Rollout["checks"];
}) {
  const points = checks.flatMap(({ at, verdicts }) => {
    const found = verdicts.find((verdict) => verdict.metric === metric);
    if (found === undefined || found.low === null || found.estimate === null) return [];
    const clamp = (ratio: number | null) => Math.min(CHANGE_MAX, Math.max(-CHANGE_MAX, (ratio ?? 9) - 1));
    return [
      {
        at: at.getTime(),
        change: clamp(found.estimate),
        interval: [clamp(found.low), clamp(found.high)] as [number, number],
        n: found.nCandidate,
        threshold: found.threshold,
      },
    ];
  });
  const threshold = points.at(-1)?.threshold ?? null;
  const newest = points.at(-1);
  const tick = { fill: "var(--ink-3)", fontSize: 11 };
  if (points.length < 2)
    return (
      <p className="mt-4 text-ink-2">
        {metricLabel(metric)}: {points.length} of 2 minutes with an interval; a course needs two.
      </p>
    );
  return (
    <figure className="mt-4">
      <figcaption className="mb-1 font-medium">
        {metricLabel(metric)}, change of the candidate against control, %; n = {newest?.n} {unitOf(metric)} of
        the candidate
      </figcaption>
      <div className="h-56">
        <ResponsiveContainer width="100%" height="100%">
          <ComposedChart
            data={points}
            margin={{ top: 8, right: 88, bottom: 0, left: 0 }}
            title={metricLabel(metric)}
            role="img"
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={["dataMin", "dataMax"]}
              tickFormatter={(at: number) => formatUtc(new Date(at)).slice(11, 16)}
              tick={tick}
              axisLine={{ stroke: "var(--line)" }}
              tickLine={false}
            />
            <YAxis
              tick={tick}
              width={56}
              axisLine={false}
              tickLine={false}
              tickFormatter={(change: number) => formatChange(1 + change)}
            />
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(at) => formatUtc(new Date(Number(at)))}
              formatter={(value, name) => [
                Array.isArray(value)
                  ? `${formatChange(1 + Number(value[0]))} to ${formatChange(1 + Number(value[1]))}`
                  : formatChange(1 + Number(value)),
                name,
              ]}
              contentStyle={{
                background: "var(--surface)",
                border: "1px solid var(--line)",
                borderRadius: 6,
                color: "var(--ink)",
              }}
            />
            <Area
              dataKey="interval"
              name="Interval"
              stroke="none"
              fill="var(--series-1)"
              fillOpacity={0.18}
              isAnimationActive={false}
            />
            <Line
              dataKey="change"
              name="Change"
              stroke="var(--series-1)"
              strokeWidth={2}
              dot={false}
              isAnimationActive={false}
            />
            <ReferenceLine
              y={0}
              stroke="var(--line-strong)"
              label={{ value: "no change", position: "right", ...tick }}
            />
            {threshold !== null && threshold > 0 && (
              <ReferenceLine
                y={threshold - 1}
                stroke="var(--harm)"
                strokeDasharray="5 4"
                label={{ value: `margin ${formatChange(threshold)}`, position: "right", ...tick }}
              />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
