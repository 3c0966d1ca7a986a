import type { FieldProblem } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";

/** Refusal of a model package. What is wrong is public: whoever registers a model has to be able to mend it. */
export function refuseModel(detail: string, fields?: readonly FieldProblem[]): AppError {
  return new AppError("model_refused", detail, {
    publicDetail: detail,
    ...(fields === undefined ? {} : { fields }),
  });
}
