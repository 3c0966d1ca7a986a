-- CreateTable
CREATE TABLE "IdentityUnlink" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undoneBy" TEXT,
    "undoneAt" TIMESTAMP(3),

    CONSTRAINT "IdentityUnlink_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "IdentityUnlink_workspaceId_device_idx" ON "IdentityUnlink"("workspaceId", "device");

-- AddForeignKey
ALTER TABLE "IdentityUnlink" ADD CONSTRAINT "IdentityUnlink_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
