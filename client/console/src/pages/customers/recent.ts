const key = 'zhice.recentCustomers'
const most = 6

/** The customers that were opened last in this tab; ids of people are not kept beyond it. */
export function getRecent(): string[] {
  return JSON.parse(sessionStorage.getItem(key) ?? '[]') as string[]
}

export function noteRecent(id: string): void {
  sessionStorage.setItem(key, JSON.stringify([id, ...getRecent().filter((each) => each !== id)].slice(0, most)))
}
