import type { Metadata } from "next";
import { AuditPage } from "@/modules/audit/pages/AuditPage";

export const metadata: Metadata = { title: "Audit" };

export default function Audit() {
  return <AuditPage />;
}
