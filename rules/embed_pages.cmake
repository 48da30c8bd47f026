# Writes OUTPUT, a source that holds each file of PAGES as a string. Run with cmake -P.
# A raw string may be at most 64 KB for some compilers; a page is far shorter.
set(text "#include \"rules/pages.h\"\n\nnamespace pgfk {\nnamespace {\n\nconstexpr Page kPages[] = {\n")
foreach(page IN LISTS PAGES)
  get_filename_component(code ${page} NAME_WE)
  file(READ ${page} body)
  string(APPEND text "    {\"${code}\", R\"page(${body})page\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const Page> pages() { return kPages; }\n\n}  // namespace pgfk\n")
file(WRITE ${OUTPUT} "${text}")
