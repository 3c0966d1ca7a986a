import type { ModelCheck, TensorShape } from "@shortlist/contracts";
import { Mono } from "@/components/ui/Mono";
import { Facts } from "@/components/ui/Section";
import { formatMs } from "@/lib/format";

/** What was found when the model was run at its registration. */
export function CheckFacts({ check }: { check: ModelCheck }) {
  return (
    <Facts
      className="max-w-3xl"
      rows={[
        ["Inputs", <Tensors key="i" tensors={check.inputs} />],
        ["Outputs", <Tensors key="o" tensors={check.outputs} />],
        [
          "Columns read",
          check.declaredWidth === null
            ? `${check.columnsRead}, probed: the model does not say`
            : `${check.columnsRead}, as the model says`,
        ],
        ["1,000 rows", `${formatMs(check.msPer1000Rows)} in ${check.runtime}`],
      ]}
    />
  );
}

function Tensors({ tensors }: { tensors: readonly TensorShape[] }) {
  return (
    <ul>
      {tensors.map(({ name, dtype, shape }) => (
        <li key={name}>
          <Mono className="break-all">{name}</Mono>{" "}
          <span className="text-ink-2">
            {dtype === null
              ? "a list of maps"
              : `${dtype} [${shape.map((size) => (typeof size === "number" ? size : "any")).join(", ")}]`}
          </span>
        </li>
      ))}
    </ul>
  );
}
