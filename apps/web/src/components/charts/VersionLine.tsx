"use client";

import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

/** A metric over versions, with the popularity baseline dashed. A missing value is a gap. */
export function VersionLine({
  points,
  label,
}: {
  points: readonly { version: number; subject: number | null; popularity: number | null }[];
  label: string;
}) {
  const tick = { fill: "var(--ink-3)", fontSize: 11 };
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={[...points]}
        margin={{ top: 8, right: 24, bottom: 0, left: 0 }}
        title={`${label} by version`}
        role="img"
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="version"
          tickFormatter={(version) => `v${version}`}
          tick={tick}
          axisLine={{ stroke: "var(--line)" }}
          tickLine={false}
        />
        <YAxis
          tick={tick}
          width={52}
          axisLine={false}
          tickLine={false}
          tickFormatter={(value: number) => value.toFixed(3)}
          domain={[0, "auto"]}
        />
        <Tooltip
          isAnimationActive={false}
          labelFormatter={(version) => `Version ${version}`}
          formatter={(value, name) => [typeof value === "number" ? value.toFixed(4) : "–", name]}
          contentStyle={{
            background: "var(--surface)",
            border: "1px solid var(--line)",
            borderRadius: 6,
            color: "var(--ink)",
          }}
        />
        <Line
          dataKey="subject"
          name={label}
          stroke="var(--series-1)"
          strokeWidth={2}
          dot={{ r: 3 }}
          isAnimationActive={false}
        />
        <Line
          dataKey="popularity"
          name="Popularity"
          stroke="var(--series-3)"
          strokeDasharray="5 4"
          dot={{ r: 2 }}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
}
