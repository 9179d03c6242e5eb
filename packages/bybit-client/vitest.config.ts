export { default } from '@mm-secrets/vitest-config/config'
