import type { Metadata } from "next";
import { RegisterPage } from "@/modules/models/pages/RegisterPage";

export const metadata: Metadata = { title: "Register a model" };

export default function NewModel() {
  return <RegisterPage />;
}
