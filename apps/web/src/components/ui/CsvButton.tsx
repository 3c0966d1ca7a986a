"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/Button";
import { type CsvCell, toCsv } from "@/lib/csv";
import { downloadText } from "@/lib/download";

/** The table beside a chart, as a file. */
export function CsvButton({
  fileName,
  header,
  rows,
}: {
  fileName: string;
  header: readonly string[];
  rows: readonly (readonly CsvCell[])[];
}) {
  return (
    <Button variant="quiet" onClick={() => downloadText(fileName, toCsv(header, rows), "text/csv")}>
      <Download className="size-3.5" aria-hidden="true" />
      CSV
    </Button>
  );
}
