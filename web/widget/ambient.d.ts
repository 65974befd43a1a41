declare module "*.css?inline" {
  const css: string;
  export default css;
}
/** The version in the address of the widget's files; written in when the loader is bundled. */
declare const widgetVersion: string;
