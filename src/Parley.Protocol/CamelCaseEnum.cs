using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Enums travel as camelCase words in every JSON of ours: exactly the words we write, nothing else.</summary>
/// <remarks>
/// The framework's converter also reads other cases, and lists of words as bits: "failed, missing" would become a value that has no word and
/// could not be written again.
/// </remarks>
internal sealed class CamelCaseEnum<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, JsonEncodedText> Words = Enum.GetValues<T>()
        .ToDictionary(value => value, value => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(value.ToString())));

    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var (value, word) in Words)
            {
                if (reader.ValueTextEquals(word.EncodedUtf8Bytes)) return value;
            }
        }
        throw new JsonException();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Words[value]);
}
