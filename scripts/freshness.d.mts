export declare const newestChange: (paths: readonly string[]) => number;
export declare const isStale: (stamp: string, sources: readonly string[]) => boolean;
export declare const writeStamp: (stamp: string, startedAt: number) => void;
export declare const isInstalled: (root: string) => boolean;
