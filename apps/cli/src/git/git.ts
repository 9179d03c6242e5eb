/** What git knows of a file. */
export interface Git {
  /**
   * Where a file stands, whether it exists or not.
   *
   * outside: in no work tree. tracked: in the index, or in a commit of any branch. ignored: git would never add it.
   * untracked: `git add .` would add it. unknown: it is in a work tree, and git does not answer, or has another one in mind.
   */
  standing(path: string): Promise<Standing>
}

export type Standing = 'outside' | 'tracked' | 'ignored' | 'untracked' | 'unknown'
