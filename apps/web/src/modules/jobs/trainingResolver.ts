import { zodResolver } from "@hookform/resolvers/zod";
import { TrainingConfig } from "@shortlist/contracts";
import type { Resolver } from "react-hook-form";

/** The settings by the same rules that the API applies. */
export const trainingResolver = zodResolver(TrainingConfig) as Resolver<TrainingConfig>;
