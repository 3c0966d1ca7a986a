/** The few file operations a spool is made of, so that a full or failing disk can be put in their place. */
export interface SpoolDisk {
  /** Names in a folder; none when there is no such folder. */
  list(path: string): Promise<string[]>;
  createFolder(path: string): Promise<void>;
  /** A new file, itself on the disk for good when this resolves. */
  create(path: string): Promise<SpoolFile>;
  read(path: string): Promise<Buffer>;
  sizeOf(path: string): Promise<number>;
  remove(path: string): Promise<void>;
  /** Removes a folder if it is empty; leaves it alone otherwise. */
  removeFolder(path: string): Promise<void>;
  /** Atomic; fails when `from` is gone. */
  rename(from: string, to: string): Promise<void>;
  /** Sets the time of last modification to now. */
  touch(path: string): Promise<void>;
  modifiedAtMs(path: string): Promise<number>;
}

export interface SpoolFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Resolves once the disk holds what was written. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Whether its path still leads to this file. */
  isInPlace(): Promise<boolean>;
  close(): Promise<void>;
}
