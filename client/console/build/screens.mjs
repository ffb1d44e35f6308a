// Makes the screens of docs/screens: node --experimental-websocket client/console/build/screens.mjs HOST FOLDER [NAME...]
// HOST is a silo in Development on which a day of the sample bank was played, such as http://127.0.0.1:7300. It needs Chromium, and pngquant.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [, , host, folder, ...only] = process.argv
if (!folder) {
  console.error('Say where the host is, and in which folder the screens go: node --experimental-websocket client/console/build/screens.mjs HOST FOLDER [NAME...]')
  process.exit(2)
}

const everything = ['operator', 'agent', 'analyst', 'approver', 'ops', 'data', 'audit-admin']
const sizes = { 1366: [1366, 900], 820: [820, 1100] }
const looks = [['zh', 'light', 1366], ['en', 'light', 1366], ['zh', 'dark', 820], ['en', 'dark', 820]]
const maxBytes = 200 * 1024

async function get(path) {
  const response = await fetch(host + path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

// The ids of a day have its time in them.
const { campaigns = [] } = await get('/v1/campaigns?pageSize=100')
const idOf = (start) => {
  const found = campaigns.map(({ campaign }) => campaign.campaignId).filter((id) => id.startsWith(start)).at(-1)
  if (!found) throw new Error(`There is no campaign ${start}…: play a day first, by 'zhice sample play'.`)
  return found
}
const [calls, texts, draft] = ['sample_calls_', 'sample_texts_', 'sample_draft_'].map(idOf)
const { customers: [called] = [] } = await get(`/v1/campaigns/${calls}/evaluations?pageSize=1`).then(
  ({ evaluations = [] }) => ({ customers: evaluations.map(({ customerId }) => customerId) }), () => ({}))
const customer = process.env.ZHICE_CUSTOMER ?? called ?? 'bm-000001'

// What is pressed has its text in both languages. A page is drawn when nothing is loading any more.
const press = (zh, en, within = 'button, [role=tab]') => ({ zh, en, within })
const screens = [
  { name: 'overview', path: '/overview', pause: 7_000 },
  { name: 'customer', path: `/customers/${customer}` },
  { name: 'customer-why', path: `/customers/${customer}?tab=why&placement=app_home`, press: [press('查看', 'Show')] },
  { name: 'worklist', path: '/worklist?channel=branch' },
  { name: 'audience', path: '/audiences/sample_affluent' },
  { name: 'campaigns', path: '/campaigns' },
  { name: 'campaign', path: `/campaigns/${texts}` },
  { name: 'campaign-lift', path: `/campaigns/${calls}?tab=lift`, pause: 3_000 },
  { name: 'campaign-value', path: `/campaigns/${calls}?tab=value`, press: [press('计算', 'Show')], pause: 4_000 },
  { name: 'campaign-approval', path: `/campaigns/${draft}`, person: { name: 'wang', roles: ['approver'] }, press: [press('审批通过', 'Approve')] },
  { name: 'journey', path: '/journeys/loan_platform' },
  { name: 'journey-edit', path: '/journeys/loan_platform', press: [press('编辑旅程', 'Edit')], pause: 2_000 },
  { name: 'catalogue', path: '/catalogue' },
  { name: 'catalogue-text', path: '/catalogue?q=term_deposit', press: [press('编辑文本', 'Edit text')], pause: 2_000 },
  { name: 'measurement', path: '/measurement' },
  { name: 'measurement-health', path: '/measurement?tab=health', press: [press('开始检查', 'Check now')], pause: 4_000 },
  { name: 'measurement-pressure', path: '/measurement?tab=pressure', pause: 2_000 },
  { name: 'measurement-attribution', path: '/measurement?tab=attribution' },
  { name: 'behaviour', path: '/behaviour', pause: 2_000 },
  { name: 'behaviour-funnel', path: '/behaviour?tab=funnel', pause: 2_000 },
  { name: 'model', path: '/models/term_deposit' },
  { name: 'deliveries', path: '/deliveries?channel=remote_bank' },
  { name: 'system', path: '/system', pause: 7_000 },
  { name: 'audit', path: '/audit' },
].filter(({ name }) => only.length === 0 || only.includes(name))

const profile = mkdtempSync(join(tmpdir(), 'screens-'))
const port = 9_300 + (process.pid % 500)
const browser = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-color-profile=srgb', `--remote-debugging-port=${port}`,
  `--user-data-dir=${profile}`, 'about:blank',
], { stdio: 'ignore' })
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function open() {
  for (let tries = 0; ; tries++) {
    try {
      const target = await (await fetch(`http://127.0.0.1:${port}/json/new?about:blank`, { method: 'PUT' })).json()
      const socket = new WebSocket(target.webSocketDebuggerUrl)
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve, { once: true })
        socket.addEventListener('error', reject, { once: true })
      })
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
      return { send, close: () => fetch(`http://127.0.0.1:${port}/json/close/${target.id}`) }
    } catch (fault) {
      if (tries === 50) throw fault
      await sleep(200)
    }
  }
}

const evaluate = async (page, expression) =>
  (await page.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }))?.result?.value

const isDrawn = '!!document.querySelector("#content h1, #content .ant-result") && !document.querySelector("#content .ant-skeleton, .ant-drawer .ant-skeleton, .ant-btn-loading, .ant-spin-spinning")'

async function settle(page) {
  for (let tries = 0, calm = 0; tries < 100 && calm < 4; tries++) {
    calm = (await evaluate(page, isDrawn)) ? calm + 1 : 0
    await sleep(150)
  }
}

async function shoot({ name, path, person = { name: 'li', roles: everything }, press: pressed = [], pause = 800 }, language, theme, size) {
  const page = await open()
  const [width, height] = sizes[size]
  await page.send('Page.enable')
  await page.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
  await page.send('Page.addScriptToEvaluateOnNewDocument', { source: `
    localStorage.setItem('zhice.language', '${language}')
    localStorage.setItem('zhice.theme', '${theme}')
    sessionStorage.setItem('zhice.persona', ${JSON.stringify(JSON.stringify(person))})` })
  await page.send('Page.navigate', { url: `${host}/app${path}` })
  await settle(page)
  for (const one of pressed) {
    const text = JSON.stringify(one[language])
    const found = await evaluate(page, `(() => {
      const all = [...document.querySelectorAll(${JSON.stringify(one.within)})].filter((each) => each.textContent.trim() === ${text})
      all[0]?.click()
      return all.length
    })()`)
    if (!found) console.error(`${name}: there is no ${text}`)
    await sleep(400)
    await settle(page)
  }
  await sleep(pause)
  await settle(page)
  const overflow = await evaluate(page, 'document.documentElement.scrollWidth - innerWidth')
  const { data } = await page.send('Page.captureScreenshot', { format: 'png' })
  await page.close()
  const file = join(folder, `${name}-${language}-${theme}-${size}.png`)
  writeFileSync(file, Buffer.from(data, 'base64'))
  execFileSync('pngquant', ['--force', '--speed', '3', '--output', file, '128', file], { stdio: 'ignore' })
  const bytes = statSync(file).size
  console.log(`${file}: ${Math.round(bytes / 1024)} KiB${overflow > 0 ? `, ${overflow} px too wide` : ''}${bytes > maxBytes ? ', too large' : ''}`)
}

try {
  for (const screen of screens) for (const look of looks) await shoot(screen, ...look)
} finally {
  browser.kill()
  await sleep(500)
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}
