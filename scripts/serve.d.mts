export interface StaticServer {
  /** Ends in a slash. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}
export declare const serve: (folder: string, port: number, options?: {readonly prefix?: string}) => Promise<StaticServer>;
