-- CreateEnum
CREATE TYPE "FeatureBackfillState" AS ENUM ('planning', 'planned', 'running', 'done', 'discarded');

-- CreateTable
CREATE TABLE "FeatureViewVersion" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retiredAt" TIMESTAMP(3),
    "retiredBy" TEXT,
    "batchGeneration" TEXT,
    "batchEnd" TIMESTAMP(3),

    CONSTRAINT "FeatureViewVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FeatureBackfill" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "viewVersionId" TEXT NOT NULL,
    "state" "FeatureBackfillState" NOT NULL DEFAULT 'planning',
    "generation" TEXT NOT NULL,
    "batchEnd" TIMESTAMP(3) NOT NULL,
    "knownBy" TIMESTAMP(3) NOT NULL,
    "plan" JSONB,
    "checkpoint" JSONB,
    "result" JSONB,
    "jobId" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedBy" TEXT,
    "startedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "FeatureBackfill_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "FeatureViewVersion_workspaceId_name_version_key" ON "FeatureViewVersion"("workspaceId", "name", "version");

-- CreateIndex
CREATE INDEX "FeatureBackfill_workspaceId_createdAt_idx" ON "FeatureBackfill"("workspaceId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "FeatureBackfill_viewVersionId_generation_key" ON "FeatureBackfill"("viewVersionId", "generation");

-- AddForeignKey
ALTER TABLE "FeatureViewVersion" ADD CONSTRAINT "FeatureViewVersion_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FeatureBackfill" ADD CONSTRAINT "FeatureBackfill_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FeatureBackfill" ADD CONSTRAINT "FeatureBackfill_viewVersionId_fkey" FOREIGN KEY ("viewVersionId") REFERENCES "FeatureViewVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FeatureBackfill" ADD CONSTRAINT "FeatureBackfill_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE SET NULL ON UPDATE CASCADE;
