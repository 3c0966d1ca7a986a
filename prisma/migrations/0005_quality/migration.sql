-- CreateEnum
CREATE TYPE "QualityState" AS ENUM ('pass', 'warn', 'fail', 'no_data');

-- CreateTable
CREATE TABLE "QualityCheck" (
    "workspaceId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "check" TEXT NOT NULL,
    "state" "QualityState" NOT NULL,
    "value" DOUBLE PRECISION,
    "low" DOUBLE PRECISION,
    "high" DOUBLE PRECISION,
    "n" INTEGER NOT NULL,
    "sentence" TEXT NOT NULL,
    "computedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "QualityCheck_pkey" PRIMARY KEY ("workspaceId","day","check")
);

-- CreateTable
CREATE TABLE "ClosedDay" (
    "workspaceId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ClosedDay_pkey" PRIMARY KEY ("workspaceId","day")
);

-- CreateTable
CREATE TABLE "QualityRepair" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "group" JSONB NOT NULL,
    "steps" JSONB NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "jobId" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),
    "checkpoint" JSONB,
    "receipt" JSONB,

    CONSTRAINT "QualityRepair_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "QualityRepair_workspaceId_createdAt_idx" ON "QualityRepair"("workspaceId", "createdAt");

-- AddForeignKey
ALTER TABLE "QualityCheck" ADD CONSTRAINT "QualityCheck_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ClosedDay" ADD CONSTRAINT "ClosedDay_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QualityRepair" ADD CONSTRAINT "QualityRepair_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
