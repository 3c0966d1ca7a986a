-- CreateTable
CREATE TABLE "ListRun" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "surface" TEXT NOT NULL,
    "releaseId" TEXT NOT NULL,
    "eventsUntil" TIMESTAMP(3) NOT NULL,
    "eventsSince" TIMESTAMP(3),
    "total" INTEGER NOT NULL,
    "after" TEXT NOT NULL DEFAULT '',
    "done" INTEGER NOT NULL DEFAULT 0,
    "written" INTEGER NOT NULL DEFAULT 0,
    "renewed" INTEGER NOT NULL DEFAULT 0,
    "bytes" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "skipped" JSONB NOT NULL DEFAULT '{}',
    "startedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "ListRun_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ListRun_jobId_key" ON "ListRun"("jobId");

-- CreateIndex
CREATE INDEX "ListRun_workspaceId_surface_startedAt_idx" ON "ListRun"("workspaceId", "surface", "startedAt");

-- AddForeignKey
ALTER TABLE "ListRun" ADD CONSTRAINT "ListRun_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ListRun" ADD CONSTRAINT "ListRun_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
