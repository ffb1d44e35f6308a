import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { texts } from './texts'

export type Language = 'zh' | 'en'

const key = 'zhice.language'

export function getLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'zh'
}

/** Chinese, unless the person chose English here before. */
export function startLanguage(): void {
  const chosen: Language = localStorage.getItem(key) === 'en' ? 'en' : 'zh'
  const pick = (index: 0 | 1) => Object.fromEntries(Object.entries(texts).map(([name, pair]) => [name, pair[index]]))
  void i18next.use(initReactI18next).init({
    lng: chosen,
    fallbackLng: 'zh',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
    resources: { zh: { translation: pick(0) }, en: { translation: pick(1) } },
  })
  mark(chosen)
}

export function setLanguage(language: Language): void {
  localStorage.setItem(key, language)
  void i18next.changeLanguage(language)
  mark(language)
}

function mark(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  document.title = texts['app.title'][language === 'zh' ? 0 : 1]
}
