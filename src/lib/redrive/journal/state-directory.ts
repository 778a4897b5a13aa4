import path from 'node:path'

/** Where the files of this tool are that must outlive a restart: one folder of the user's own. */
export interface StateDirectory {
  /** `<state>/msgops` */
  readonly root: string
  /** One write-ahead file a run: `<job>.wal`. */
  readonly runs: string
  /** One lock file a source queue. */
  readonly locks: string
}

/**
 * `$XDG_STATE_HOME/msgops`, and where that is not set the platform's place for such files. A relative XDG_STATE_HOME is ignored, as
 * the XDG Base Directory Specification asks.
 */
export function stateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  {platform, home}: {platform: NodeJS.Platform; home: string},
): StateDirectory {
  const xdg = env.XDG_STATE_HOME
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : platformBase(env, platform, home)
  return stateDirectoryAt(path.join(base, 'msgops'))
}

/** The folders under a given root. */
export function stateDirectoryAt(root: string): StateDirectory {
  return {root, runs: path.join(root, 'runs'), locks: path.join(root, 'locks')}
}

// Not the platforms' log folders: those are emptied by tidying tools, and a journal is what a resume rests on.
function platformBase(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support')
  if (platform === 'win32') return env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local')
  return path.join(home, '.local', 'state')
}
