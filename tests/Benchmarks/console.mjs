// Drives Chromium by its debugging protocol, for console.sh: times pages, and keeps some open.
const [, , host, port, what, many] = process.argv
const browser = `http://127.0.0.1:${port}`
const rounds = 5

async function open(url) {
  const target = await (await fetch(`${browser}/json/new?${encodeURIComponent(url)}`, { method: 'PUT' })).json()
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  let last = 0
  const waiting = new Map()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(data)
    waiting.get(id)?.(result)
  })
  const send = (method, params = {}) => new Promise((resolve) => {
    waiting.set(++last, resolve)
    socket.send(JSON.stringify({ id: last, method, params }))
  })
  return { target, send, close: () => socket.close() }
}

// Milliseconds from the navigation until the expression holds, by the page's own clock.
async function time(path, expression, isCold) {
  const page = await open('about:blank')
  await page.send('Page.enable')
  if (isCold) await page.send('Network.clearBrowserCache')
  await page.send('Page.navigate', { url: `${host}/app${path}` })
  const wait = `new Promise((resolve) => { const look = () => (${expression}) ? resolve(performance.now()) : requestAnimationFrame(look); look() })`
  let took
  for (let tries = 0; tries < 50 && took === undefined; tries++) {
    const answer = await page.send('Runtime.evaluate', { expression: wait, awaitPromise: true, returnByValue: true })
    if (answer?.result?.type === 'number') took = answer.result.value
  }
  page.close()
  await fetch(`${browser}/json/close/${page.target.id}`)
  return took ?? NaN
}

// Milliseconds from a person's click in a console that is open, on another page, until the expression holds.
async function timeWithin(from, path, expression) {
  const page = await open('about:blank')
  await page.send('Page.enable')
  await page.send('Page.navigate', { url: `${host}/app${from}` })
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  const go = `new Promise((resolve) => { const begun = performance.now(); history.pushState(null, '', '/app${path}')
    dispatchEvent(new PopStateEvent('popstate', { state: null }))
    const look = () => (${expression}) ? resolve(performance.now() - begun) : requestAnimationFrame(look); look() })`
  const answer = await page.send('Runtime.evaluate', { expression: go, awaitPromise: true, returnByValue: true })
  page.close()
  await fetch(`${browser}/json/close/${page.target.id}`)
  return answer?.result?.value ?? NaN
}

async function report(name, bar, measure) {
  await measure()
  const times = []
  for (let round = 0; round < rounds; round++) times.push(await measure())
  times.sort((a, b) => a - b)
  console.log(`${name}: median ${times[rounds >> 1].toFixed(0)} ms, from ${times[0].toFixed(0)} to ${times[rounds - 1].toFixed(0)}${bar ? `; bar ${bar} ms` : ''}`)
}

const figures = `[...document.querySelectorAll('.figure-value')].length > 6 && [...document.querySelectorAll('.figure-value')].slice(3, 6).every((e) => e.textContent !== '–')`
const events = `document.querySelector('h1')?.textContent.includes('bm-000007') && document.querySelectorAll('tbody tr.ant-table-row, .list li').length > 3`
if (what === 'times') {
  await report('first page, nothing in the cache', 1000, () => time('/', `document.querySelector('h1')`, true))
  await report('overview, from another page', 500, () => timeWithin('/catalogue', '/overview', figures))
  await report('customer with 10,000 events, from another page', 300, () => timeWithin('/catalogue', '/customers/bm-000007', events))
  await report('overview, in a new tab', NaN, () => time('/overview', figures, false))
  await report('customer with 10,000 events, in a new tab', NaN, () => time('/customers/bm-000007', events, false))
} else if (what === 'open') {
  for (let page = 0; page < Number(many); page++) (await open(`${host}/app/overview`)).close()
  await new Promise((resolve) => setTimeout(resolve, 4_000))
} else {
  const all = await (await fetch(`${browser}/json/list`)).json()
  for (const page of all.filter(({ url }) => url.startsWith(host))) await fetch(`${browser}/json/close/${page.id}`)
}
