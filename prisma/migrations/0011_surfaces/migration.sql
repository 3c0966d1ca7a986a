-- CreateTable
CREATE TABLE "SurfaceRevision" (
    "workspaceId" TEXT NOT NULL,
    "surface" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "settings" JSONB,
    "reason" TEXT NOT NULL DEFAULT '',
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SurfaceRevision_pkey" PRIMARY KEY ("workspaceId","surface","revision")
);

-- CreateIndex
CREATE INDEX "SurfaceRevision_workspaceId_createdAt_idx" ON "SurfaceRevision"("workspaceId", "createdAt");

-- AddForeignKey
ALTER TABLE "SurfaceRevision" ADD CONSTRAINT "SurfaceRevision_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
