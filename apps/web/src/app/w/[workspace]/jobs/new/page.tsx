import { TrainingConfig } from "@shortlist/contracts";
import type { Metadata } from "next";
import { StartTrainingPage } from "@/modules/jobs/pages/StartTrainingPage";

export const metadata: Metadata = { title: "Start training" };

export default function StartTraining() {
  return <StartTrainingPage defaults={TrainingConfig.parse({})} />;
}
