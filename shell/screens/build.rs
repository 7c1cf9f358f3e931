//! Compiles the screens and bundles their translations.
//!
//! Debug info stays in: finding an element by its label (touch-to-speak, tests) needs it.

fn main() -> Result<(), slint_build::CompileError> {
    let config = slint_build::CompilerConfiguration::new()
        .with_debug_info(true)
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        .with_bundled_translations("../../assets/i18n");
    slint_build::compile_with_config("ui/shell.slint", config)
}
