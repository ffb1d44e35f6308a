import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { startLanguage } from './i18n'
import './app/app.css'

startLanguage()

// A page of an older release asks for parts that the host no longer has: it begins anew, once.
window.addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('zhice.renewed')) return
  sessionStorage.setItem('zhice.renewed', '1')
  event.preventDefault()
  location.reload()
})

createRoot(document.getElementById('root')!).render(<App />)
