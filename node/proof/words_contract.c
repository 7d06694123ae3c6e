/* Facts about contracts in words: by the module that the file brings, else in bytes. */
#include "node/ledger/state.h"
#include "node/proof/words.h"
#include "node/query/when.h"
#include "vm/vm.h"

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static void say(wc_buf *text, const char *words)
{
    wc_buf_put_text(text, words);
}

/* ---- the root record -------------------------------------------------------------------------
 */

/* Where a field lies in the root record, and what it holds. False: there is none of this name. */
static bool find_root_field(const wc_proof_words *words, const wc_module *module,
                            const wc_instance_entry *entry, const char *name, uint16_t *type,
                            wc_slice *value)
{
    wc_root_parts root;
    wc_decoder decoder = wc_words_decoder(words, module);
    if (wc_root_read(module, entry->root, &root) != WC_OK) return false;

    const struct {
        uint16_t tuple;
        wc_slice bytes;
    } places[] = {{module->storage_type, root.fields},
                  {module->terms_type, root.terms},
                  {module->states[entry->state].data, root.state_data}};

    for (size_t i = 0; i < WC_ARRAY_LEN(places); i++) {
        if (places[i].tuple == WC_NONE) continue;
        if (wc_decode_field(&decoder, places[i].tuple, places[i].bytes, name, type, value) ==
            WC_OK) {
            return true;
        }
    }
    return false;
}

static const char *focus_of(const wc_proof_file *file, char name[WC_PROOF_FOCUS_MAX + 1])
{
    memcpy(name, file->focus.data, file->focus.len);
    name[file->focus.len] = '\0';
    return name;
}

static void put_root_field(wc_buf *text, const wc_proof_words *words, const wc_module *module,
                           const wc_instance_entry *entry)
{
    uint16_t type;
    wc_slice value;
    char name[WC_PROOF_FOCUS_MAX + 1];
    say(text, "`");
    wc_buf_put_slice(text, words->file->focus);
    say(text, "` of ");
    wc_address address = wc_words_address(&words->file->state, 0);
    wc_words_put_contract(text, words, &address, module);
    if (!find_root_field(words, module, entry, focus_of(words->file, name), &type, &value)) return;
    wc_decoder decoder = wc_words_decoder(words, module);
    say(text, ", was ");
    wc_decode_put(text, &decoder, type, value);
}

/* Everything the contract holds in its root record. */
static void put_root(wc_buf *text, const wc_proof_words *words, const wc_module *module,
                     const wc_instance_entry *entry)
{
    wc_root_parts root;
    wc_decoder decoder = wc_words_decoder(words, module);
    if (entry->state >= module->state_count) return;
    say(text, " in state ");
    put_str(text, module->strings[module->states[entry->state].name]);
    if (entry->status == WC_INSTANCE_STUCK) say(text, " (stuck)");
    for (uint8_t i = 0; i < entry->party_count && i < module->party_count; i++) {
        wc_address party = wc_instance_party(entry, i);
        say(text, i == 0 ? " between " : ", ");
        put_str(text, module->strings[module->parties[i].name]);
        say(text, " ");
        wc_words_party(text, words, &party);
    }
    if (wc_root_read(module, entry->root, &root) != WC_OK) return;
    if (module->terms_type != WC_NONE) {
        say(text, "; terms ");
        wc_decode_put(text, &decoder, module->terms_type, root.terms);
    }
    if (module->storage_type != WC_NONE) {
        say(text, "; fields ");
        wc_decode_put(text, &decoder, module->storage_type, root.fields);
    }
}

void wc_words_instance(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address address = wc_words_address(state, 0);
    wc_instance_entry entry;
    if (!state->is_present || wc_instance_decode(&entry, state->value) != WC_OK) {
        say(text, "there was no contract ");
        wc_words_party(text, words, &address);
        return;
    }
    const wc_module *module = wc_words_module(words, &entry.code);
    if (module != NULL && words->file->focus.len > 0) {
        put_root_field(text, words, module, &entry);
        return;
    }
    say(text, "contract ");
    wc_words_party(text, words, &address);
    if (module == NULL) {
        say(text, " was there, of code ");
        wc_buf_put_hex(text, wc_slice_of(entry.code.bytes, sizeof entry.code.bytes));
        return;
    }
    say(text, " was a ");
    put_str(text, module->strings[0]);
    put_root(text, words, module, &entry);
}

static const wc_storage_field *collection_of(const wc_module *module, uint16_t id)
{
    for (uint16_t i = 0; module != NULL && i < module->field_count; i++) {
        const wc_storage_field *field = &module->fields[i];
        if (field->id == id && field->root == WC_NONE) return field;
    }
    return NULL;
}

/* Type of what an element's entry holds; WC_NONE: nothing but its key. */
static uint16_t element_type(const wc_module *module, const wc_storage_field *field)
{
    const wc_type *type = &module->types[field->type];
    if (type->kind == WC_TYPE_MAP) return type->value;
    return type->kind == WC_TYPE_SET ? WC_NONE : type->item;
}

static void put_element(wc_buf *text, const wc_proof_words *words, const wc_module *module,
                        const wc_storage_field *field)
{
    const wc_fact_state *state = &words->file->state;
    if (!state->is_present) {
        say(text, " was not there");
        return;
    }
    wc_slice bytes = wc_slice_of(state->value.data + 1, state->value.len - 1);
    uint16_t type = field != NULL ? element_type(module, field) : WC_NONE;
    if (field != NULL && type == WC_NONE) {
        say(text, " was there");
        return;
    }
    say(text, " was ");
    if (field == NULL) {
        wc_buf_put_hex(text, bytes);
        return;
    }
    wc_decoder decoder = wc_words_decoder(words, module);
    wc_decode_put(text, &decoder, type, bytes);
}

void wc_words_collection(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_address address = wc_words_address(state, 0);
    uint16_t id = wc_load_u16(state->key.data + 33);
    wc_slice element = wc_slice_of(state->key.data + 35, state->key.len - 35);
    wc_instance_entry entry;
    wc_field_header header = {.len = 0};
    const wc_module *module = wc_words_contract(words, &address, &entry);
    const wc_storage_field *field = collection_of(module, id);
    if (element.len > 0) {
        say(text, "element ");
        wc_buf_put_hex(text, element);
        say(text, " of ");
    }
    if (field != NULL) {
        say(text, "`");
        put_str(text, module->strings[field->name]);
        say(text, "`");
    } else {
        say(text, "collection ");
        wc_buf_put_decimal(text, id);
    }
    say(text, " of ");
    wc_words_put_contract(text, words, &address, module);
    if (element.len > 0) {
        say(text, ",");
        put_element(text, words, module, field);
        return;
    }
    if (state->is_present) (void)!wc_field_header_decode(&header, state->value);
    say(text, ", had ");
    wc_buf_put_decimal(text, header.len);
    say(text, header.len == 1 ? " element" : " elements");
}

void wc_words_code(wc_buf *text, wc_proof_words *words)
{
    const wc_fact_state *state = &words->file->state;
    wc_hash code = wc_words_address(state, 0);
    wc_module_entry entry;
    bool is_there = state->is_present && wc_module_entry_decode(&entry, state->value) == WC_OK;
    const wc_module *module = is_there ? wc_words_module(words, &code) : NULL;
    say(text, is_there ? "code " : "no code ");
    wc_buf_put_hex(text, wc_slice_of(code.bytes, sizeof code.bytes));
    if (module != NULL) {
        say(text, ", a ");
        put_str(text, module->strings[0]);
        say(text, ",");
    }
    say(text, " had been published");
    if (!is_there) return;
    say(text, " by ");
    wc_words_party(text, words, &entry.deployer);
    say(text, " on ");
    wc_put_time(text, entry.deployed_s);
}

bool wc_words_has_focus(wc_proof_words *words)
{
    const wc_proof_file *file = words->file;
    wc_instance_entry entry;
    uint16_t type;
    wc_slice value;
    char name[WC_PROOF_FOCUS_MAX + 1];
    if (file->kind != WC_FACT_STATE || file->focus.len == 0) return true;
    if (file->state.key.data[0] != WC_SPACE_INSTANCE || file->state.key.len != 33 ||
        !file->state.is_present) {
        return false;
    }
    wc_address address = wc_words_address(&file->state, 0);
    const wc_module *module = wc_words_contract(words, &address, &entry);
    return module != NULL && entry.state < module->state_count &&
           find_root_field(words, module, &entry, focus_of(file, name), &type, &value);
}
