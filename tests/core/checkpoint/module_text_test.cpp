// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/module_text.h"

#include <QTest>

using namespace waypoint;

namespace {

// Modules are written one a line: name: class attribute=value ... | parameter:shape ...
// with submodules indented below. The expected texts are what print(model) of PyTorch 1.13 prints for them.

constexpr const char *kVgg = R"(
__main__.Vgg
  features: torch.nn.modules.container.Sequential
    0: torch.nn.modules.conv.Conv2d in_channels=3 out_channels=64 kernel_size=(3,3) stride=(1,1) padding=(1,1) dilation=(1,1) transposed=False output_padding=(0,0) groups=1 padding_mode='zeros' | weight:64x3x3x3 bias:64
    1: torch.nn.modules.batchnorm.BatchNorm2d num_features=64 eps=1e-05 momentum=0.1 affine=True track_running_stats=True | weight:64 bias:64
    2: torch.nn.modules.activation.ReLU inplace=True
    3: torch.nn.modules.pooling.MaxPool2d kernel_size=2 stride=2 padding=0 dilation=1 return_indices=False ceil_mode=False
  avgpool: torch.nn.modules.pooling.AdaptiveAvgPool2d output_size=(7,7)
  classifier: torch.nn.modules.container.Sequential
    0: torch.nn.modules.linear.Linear in_features=512 out_features=40 | weight:40x512 bias:40
    1: torch.nn.modules.activation.ReLU inplace=True
    2: torch.nn.modules.dropout.Dropout p=0.5 inplace=False
    3: torch.nn.modules.linear.Linear in_features=40 out_features=10 | weight:10x40 bias:10)";

constexpr const char *kVggPrinted = R"(
Vgg(
  (features): Sequential(
    (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (1): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    (2): ReLU(inplace=True)
    (3): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(7, 7))
  (classifier): Sequential(
    (0): Linear(in_features=512, out_features=40, bias=True)
    (1): ReLU(inplace=True)
    (2): Dropout(p=0.5, inplace=False)
    (3): Linear(in_features=40, out_features=10, bias=True)
  )
))";

constexpr const char *kMixed = R"(
__main__.Mixed
  embed: torch.nn.modules.sparse.Embedding num_embeddings=10 embedding_dim=4 padding_idx=0 max_norm=1.5 norm_type=2.0 scale_grad_by_freq=False sparse=False | weight:10x4
  bag: torch.nn.modules.sparse.EmbeddingBag num_embeddings=10 embedding_dim=4 max_norm=None norm_type=2.0 scale_grad_by_freq=False padding_idx=None mode='sum' sparse=False include_last_offset=False | weight:10x4
  rnn: torch.nn.modules.rnn.LSTM mode='LSTM' input_size=4 hidden_size=8 num_layers=2 bias=True batch_first=True dropout=0.1 bidirectional=True proj_size=0 |
  gru: torch.nn.modules.rnn.GRU mode='GRU' input_size=4 hidden_size=8 num_layers=1 bias=True batch_first=False dropout=0.0 bidirectional=False proj_size=0 |
  cell: torch.nn.modules.rnn.GRUCell input_size=4 hidden_size=8 bias=False | weight_ih:24x4 weight_hh:24x8 bias_ih:None bias_hh:None
  rnncell: torch.nn.modules.rnn.RNNCell input_size=4 hidden_size=8 bias=True nonlinearity='relu' | weight_ih:8x4 weight_hh:8x8 bias_ih:8 bias_hh:8
  attention: torch.nn.modules.activation.MultiheadAttention embed_dim=8 kdim=8 vdim=8 num_heads=2 dropout=0.0 batch_first=False head_dim=4 bias_k=None bias_v=None add_zero_attn=False | in_proj_weight:24x8 q_proj_weight:None k_proj_weight:None v_proj_weight:None in_proj_bias:24
    out_proj: torch.nn.modules.linear.NonDynamicallyQuantizableLinear in_features=8 out_features=8 | weight:8x8 bias:8
  blocks: torch.nn.modules.container.ModuleList
    0: __main__.Block down=None
      conv: torch.nn.modules.conv.Conv2d in_channels=3 out_channels=8 kernel_size=(3,5) stride=(2,2) padding=(1,2) dilation=(2,2) transposed=False output_padding=(0,0) groups=1 padding_mode='reflect' | weight:8x3x3x5 bias:None
      norm: torch.nn.modules.normalization.GroupNorm num_groups=2 num_channels=8 eps=1e-05 affine=True | weight:8 bias:8
      act: torch.nn.modules.activation.LeakyReLU negative_slope=0.1 inplace=True
    1: __main__.Block down=None
      conv: torch.nn.modules.conv.Conv2d in_channels=3 out_channels=8 kernel_size=(3,5) stride=(2,2) padding=(1,2) dilation=(2,2) transposed=False output_padding=(0,0) groups=1 padding_mode='reflect' | weight:8x3x3x5 bias:None
      norm: torch.nn.modules.normalization.GroupNorm num_groups=2 num_channels=8 eps=1e-05 affine=True | weight:8 bias:8
      act: torch.nn.modules.activation.LeakyReLU negative_slope=0.1 inplace=True
  heads: torch.nn.modules.container.ModuleDict
    a: torch.nn.modules.linear.Linear in_features=8 out_features=2 | weight:2x8 bias:None
    b: torch.nn.modules.linear.Bilinear in1_features=2 in2_features=3 out_features=4 | weight:4x2x3 bias:4
  params: torch.nn.modules.container.ParameterList | 0:2x3 1:1
  named: torch.nn.modules.container.ParameterDict | w:2
  up: torch.nn.modules.conv.ConvTranspose2d in_channels=8 out_channels=4 kernel_size=(3,3) stride=(2,2) padding=(0,0) dilation=(1,1) transposed=True output_padding=(1,1) groups=1 padding_mode='zeros' | weight:8x4x3x3 bias:4
  same: torch.nn.modules.conv.Conv1d in_channels=4 out_channels=4 kernel_size=(3) stride=(1) padding='same' dilation=(1) transposed=False output_padding=(0) groups=1 padding_mode='zeros' | weight:4x4x3 bias:4
  empty: torch.nn.modules.container.Sequential
  identity: torch.nn.modules.linear.Identity
  nothing: None
  misc: torch.nn.modules.container.Sequential
    0: torch.nn.modules.batchnorm.BatchNorm1d num_features=4 eps=1e-05 momentum=0.1 affine=False track_running_stats=True | weight:None bias:None
    1: torch.nn.modules.instancenorm.InstanceNorm2d num_features=3 eps=1e-05 momentum=0.1 affine=False track_running_stats=False | weight:None bias:None
    2: torch.nn.modules.normalization.LayerNorm normalized_shape=(3,4) eps=1e-05 elementwise_affine=True | weight:3x4 bias:3x4
    3: torch.nn.modules.normalization.LayerNorm normalized_shape=(7) eps=1e-05 elementwise_affine=False | weight:None bias:None
    4: torch.nn.modules.activation.ReLU inplace=False
    5: torch.nn.modules.activation.ReLU6 min_val=0.0 max_val=6.0 inplace=True
    6: torch.nn.modules.activation.SELU inplace=False
    7: torch.nn.modules.activation.GELU approximate='none'
    8: torch.nn.modules.activation.GELU approximate='tanh'
    9: torch.nn.modules.activation.ELU alpha=0.5 inplace=False
    10: torch.nn.modules.activation.Hardtanh min_val=-2 max_val=2 inplace=False
    11: torch.nn.modules.activation.Softplus beta=1 threshold=20
    12: torch.nn.modules.activation.Softshrink lambd=0.3
    13: torch.nn.modules.activation.PReLU num_parameters=4 | weight:4
    14: torch.nn.modules.activation.Softmax dim=1
    15: torch.nn.modules.activation.LogSoftmax dim=None
    16: torch.nn.modules.activation.Threshold threshold=0.1 value=20 inplace=True
    17: torch.nn.modules.activation.RReLU lower=0.125 upper=0.3333333333333333 inplace=False
    18: torch.nn.modules.activation.GLU dim=-1
    19: torch.nn.modules.activation.Sigmoid
    20: torch.nn.modules.activation.Tanh
    21: torch.nn.modules.activation.SiLU inplace=True
    22: torch.nn.modules.activation.Mish inplace=False
    23: torch.nn.modules.activation.Hardswish inplace=False
    24: torch.nn.modules.dropout.Dropout p=0.5 inplace=False
    25: torch.nn.modules.dropout.Dropout2d p=0.3 inplace=True
    26: torch.nn.modules.dropout.AlphaDropout p=0.25 inplace=False
    27: torch.nn.modules.flatten.Flatten start_dim=1 end_dim=-1
    28: torch.nn.modules.flatten.Unflatten dim=1 unflattened_size=(2,2)
    29: torch.nn.modules.fold.Fold output_size=(4,5) kernel_size=2 dilation=1 padding=0 stride=1
    30: torch.nn.modules.fold.Unfold kernel_size=3 dilation=1 padding=0 stride=2
    31: torch.nn.modules.normalization.LocalResponseNorm size=2 alpha=0.0001 beta=0.75 k=1.0
    32: torch.nn.modules.padding.ZeroPad2d value=0.0 padding=(1,1,1,1)
    33: torch.nn.modules.padding.ConstantPad1d value=3.5 padding=(1,2)
    34: torch.nn.modules.padding.ReflectionPad2d padding=(1,1,2,0)
    35: torch.nn.modules.padding.ReplicationPad1d padding=(2,2)
    36: torch.nn.modules.channelshuffle.ChannelShuffle groups=2
    37: torch.nn.modules.pixelshuffle.PixelShuffle upscale_factor=3
    38: torch.nn.modules.pixelshuffle.PixelUnshuffle downscale_factor=2
    39: torch.nn.modules.pooling.MaxPool2d kernel_size=2 stride=2 padding=0 dilation=1 return_indices=False ceil_mode=False
    40: torch.nn.modules.pooling.MaxPool1d kernel_size=3 stride=1 padding=0 dilation=1 return_indices=False ceil_mode=True
    41: torch.nn.modules.pooling.AvgPool2d kernel_size=(2,3) stride=(2,3) padding=0 ceil_mode=False count_include_pad=True divisor_override=None
    42: torch.nn.modules.pooling.LPPool2d norm_type=2 kernel_size=3 stride=None ceil_mode=False
    43: torch.nn.modules.pooling.AdaptiveAvgPool2d output_size=(7,7)
    44: torch.nn.modules.pooling.AdaptiveAvgPool2d output_size=(None,3)
    45: torch.nn.modules.pooling.AdaptiveMaxPool1d output_size=5 return_indices=False
    46: torch.nn.modules.pooling.MaxUnpool2d kernel_size=(2,2) stride=(2,2) padding=(0,0)
    47: torch.nn.modules.distance.CosineSimilarity dim=1 eps=1e-08
    48: torch.nn.modules.loss.MSELoss reduction='mean'
    49: torch.nn.modules.loss.CrossEntropyLoss reduction='mean' ignore_index=-100 label_smoothing=0.1
    50: torch.nn.modules.pooling.FractionalMaxPool2d kernel_size=(3,3) return_indices=False output_size=None output_ratio=(0.5,0.5)
  enc: torch.nn.modules.transformer.TransformerEncoderLayer norm_first=False activation_relu_or_gelu=1
    self_attn: torch.nn.modules.activation.MultiheadAttention embed_dim=8 kdim=8 vdim=8 num_heads=2 dropout=0.1 batch_first=False head_dim=4 bias_k=None bias_v=None add_zero_attn=False | in_proj_weight:24x8 q_proj_weight:None k_proj_weight:None v_proj_weight:None in_proj_bias:24
      out_proj: torch.nn.modules.linear.NonDynamicallyQuantizableLinear in_features=8 out_features=8 | weight:8x8 bias:8
    linear1: torch.nn.modules.linear.Linear in_features=8 out_features=16 | weight:16x8 bias:16
    dropout: torch.nn.modules.dropout.Dropout p=0.1 inplace=False
    linear2: torch.nn.modules.linear.Linear in_features=16 out_features=8 | weight:8x16 bias:8
    norm1: torch.nn.modules.normalization.LayerNorm normalized_shape=(8) eps=1e-05 elementwise_affine=True | weight:8 bias:8
    norm2: torch.nn.modules.normalization.LayerNorm normalized_shape=(8) eps=1e-05 elementwise_affine=True | weight:8 bias:8
    dropout1: torch.nn.modules.dropout.Dropout p=0.1 inplace=False
    dropout2: torch.nn.modules.dropout.Dropout p=0.1 inplace=False)";

constexpr const char *kMixedPrinted = R"(
Mixed(
  (embed): Embedding(10, 4, padding_idx=0, max_norm=1.5)
  (bag): EmbeddingBag(10, 4, mode=sum)
  (rnn): LSTM(4, 8, num_layers=2, batch_first=True, dropout=0.1, bidirectional=True)
  (gru): GRU(4, 8)
  (cell): GRUCell(4, 8, bias=False)
  (rnncell): RNNCell(4, 8, nonlinearity=relu)
  (attention): MultiheadAttention(
    (out_proj): NonDynamicallyQuantizableLinear(in_features=8, out_features=8, bias=True)
  )
  (blocks): ModuleList(
    (0): Block(
      (conv): Conv2d(3, 8, kernel_size=(3, 5), stride=(2, 2), padding=(1, 2), dilation=(2, 2), bias=False, padding_mode=reflect)
      (norm): GroupNorm(2, 8, eps=1e-05, affine=True)
      (act): LeakyReLU(negative_slope=0.1, inplace=True)
    )
    (1): Block(
      (conv): Conv2d(3, 8, kernel_size=(3, 5), stride=(2, 2), padding=(1, 2), dilation=(2, 2), bias=False, padding_mode=reflect)
      (norm): GroupNorm(2, 8, eps=1e-05, affine=True)
      (act): LeakyReLU(negative_slope=0.1, inplace=True)
    )
  )
  (heads): ModuleDict(
    (a): Linear(in_features=8, out_features=2, bias=False)
    (b): Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)
  )
  (params): ParameterList(
      (0): Parameter containing: [torch.float32 of size 2x3]
      (1): Parameter containing: [torch.float32 of size 1]
  )
  (named): ParameterDict(  (w): Parameter containing: [torch.FloatTensor of size 2])
  (up): ConvTranspose2d(8, 4, kernel_size=(3, 3), stride=(2, 2), output_padding=(1, 1))
  (same): Conv1d(4, 4, kernel_size=(3,), stride=(1,), padding=same)
  (empty): Sequential()
  (identity): Identity()
  (nothing): None
  (misc): Sequential(
    (0): BatchNorm1d(4, eps=1e-05, momentum=0.1, affine=False, track_running_stats=True)
    (1): InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)
    (2): LayerNorm((3, 4), eps=1e-05, elementwise_affine=True)
    (3): LayerNorm((7,), eps=1e-05, elementwise_affine=False)
    (4): ReLU()
    (5): ReLU6(inplace=True)
    (6): SELU()
    (7): GELU(approximate='none')
    (8): GELU(approximate='tanh')
    (9): ELU(alpha=0.5)
    (10): Hardtanh(min_val=-2, max_val=2)
    (11): Softplus(beta=1, threshold=20)
    (12): Softshrink(0.3)
    (13): PReLU(num_parameters=4)
    (14): Softmax(dim=1)
    (15): LogSoftmax(dim=None)
    (16): Threshold(threshold=0.1, value=20, inplace=True)
    (17): RReLU(lower=0.125, upper=0.3333333333333333)
    (18): GLU(dim=-1)
    (19): Sigmoid()
    (20): Tanh()
    (21): SiLU(inplace=True)
    (22): Mish()
    (23): Hardswish()
    (24): Dropout(p=0.5, inplace=False)
    (25): Dropout2d(p=0.3, inplace=True)
    (26): AlphaDropout(p=0.25, inplace=False)
    (27): Flatten(start_dim=1, end_dim=-1)
    (28): Unflatten(dim=1, unflattened_size=(2, 2))
    (29): Fold(output_size=(4, 5), kernel_size=2, dilation=1, padding=0, stride=1)
    (30): Unfold(kernel_size=3, dilation=1, padding=0, stride=2)
    (31): LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)
    (32): ZeroPad2d((1, 1, 1, 1))
    (33): ConstantPad1d(padding=(1, 2), value=3.5)
    (34): ReflectionPad2d((1, 1, 2, 0))
    (35): ReplicationPad1d((2, 2))
    (36): ChannelShuffle(groups=2)
    (37): PixelShuffle(upscale_factor=3)
    (38): PixelUnshuffle(downscale_factor=2)
    (39): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    (40): MaxPool1d(kernel_size=3, stride=1, padding=0, dilation=1, ceil_mode=True)
    (41): AvgPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0)
    (42): LPPool2d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)
    (43): AdaptiveAvgPool2d(output_size=(7, 7))
    (44): AdaptiveAvgPool2d(output_size=(None, 3))
    (45): AdaptiveMaxPool1d(output_size=5)
    (46): MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))
    (47): CosineSimilarity()
    (48): MSELoss()
    (49): CrossEntropyLoss()
    (50): FractionalMaxPool2d()
  )
  (enc): TransformerEncoderLayer(
    (self_attn): MultiheadAttention(
      (out_proj): NonDynamicallyQuantizableLinear(in_features=8, out_features=8, bias=True)
    )
    (linear1): Linear(in_features=8, out_features=16, bias=True)
    (dropout): Dropout(p=0.1, inplace=False)
    (linear2): Linear(in_features=16, out_features=8, bias=True)
    (norm1): LayerNorm((8,), eps=1e-05, elementwise_affine=True)
    (norm2): LayerNorm((8,), eps=1e-05, elementwise_affine=True)
    (dropout1): Dropout(p=0.1, inplace=False)
    (dropout2): Dropout(p=0.1, inplace=False)
  )
))";

/// Builds values as the pickle of a module has them.
class Builder
{
public:
    ValueTree tree;

    ValueId pair(std::vector<ValueId> &into, std::string_view key, ValueId value)
    {
        into.insert(into.end(), {tree.addStr(key), value});
        return value;
    }

    ValueId dict(const std::vector<ValueId> &content = {}) { return tree.addContainer(ValueKind::Dict, content); }

    ValueId module(std::string_view className, ValueId modules, ValueId parameters, std::vector<ValueId> state = {})
    {
        pair(state, "training", tree.addBool(true));
        pair(state, "_parameters", parameters);
        pair(state, "_buffers", dict());
        pair(state, "_modules", modules);
        return tree.addObject({.callable = tree.addGlobal("", className), .state = dict(state)});
    }

    ValueId fromText(const QString &text)
    {
        m_lines = text.trimmed().split(u'\n');
        m_next = 0;
        return readModule(0).second;
    }

private:
    std::pair<QString, ValueId> readModule(qsizetype depth)
    {
        QString line = m_lines[m_next++].trimmed();
        QString name;
        if (depth > 0) {
            name = line.section(": ", 0, 0);
            line = line.section(": ", 1);
        }
        const QStringList words = line.section(" | ", 0, 0).split(u' ');
        std::vector<ValueId> state;
        for (qsizetype i = 1; i < words.size(); ++i)
            pair(state, words[i].section("=", 0, 0).toStdString(), literal(words[i].section("=", 1)));
        std::vector<ValueId> parameters;
        for (const QString &word : line.section(" | ", 1).split(u' ', Qt::SkipEmptyParts))
            pair(parameters, word.section(":", 0, 0).toStdString(), parameter(word.section(":", 1)));
        std::vector<ValueId> modules;
        while (m_next < m_lines.size() && indentOf(m_lines[m_next]) > depth) {
            const auto [childName, child] = readModule(depth + 1);
            pair(modules, childName.toStdString(), child);
        }
        if (line == u"None")
            return {name, tree.addNone()};
        return {name, module(words[0].toStdString(), dict(modules), dict(parameters), std::move(state))};
    }

    static qsizetype indentOf(const QString &line)
    {
        qsizetype spaces = 0;
        while (spaces < line.size() && line[spaces] == u' ')
            ++spaces;
        return spaces / 2;
    }

    ValueId parameter(const QString &shape)
    {
        if (shape == u"None")
            return tree.addNone();
        std::vector<std::int64_t> dims;
        for (const QString &dim : shape.split(u'x'))
            dims.push_back(dim.toLongLong());
        return tree.addTensor(
            {.ref = {.dtype = DType::Float32, .parameter = true, .shape = SmallDims(std::span(std::as_const(dims)))}});
    }

    ValueId literal(const QString &text)
    {
        bool isInt = false;
        const qlonglong number = text.toLongLong(&isInt);
        if (isInt)
            return tree.addInt(number);
        if (text == u"None")
            return tree.addNone();
        if (text == u"True" || text == u"False")
            return tree.addBool(text == u"True");
        if (text.startsWith(u'\''))
            return tree.addStr(text.mid(1, text.size() - 2).toStdString());
        if (!text.startsWith(u'('))
            return tree.addFloat(text.toDouble());
        std::vector<ValueId> items;
        for (const QString &item : text.mid(1, text.size() - 2).split(u','))
            items.push_back(literal(item));
        return tree.addContainer(ValueKind::Tuple, items);
    }

    QStringList m_lines;
    qsizetype m_next = 0;
};

QString printed(const Builder &builder, ValueId id) { return QString::fromStdString(moduleText({builder.tree, id})); }

}  // namespace

class ModuleTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aVggPrintsAsInPython()
    {
        Builder b;
        const ValueId id = b.fromText(kVgg);
        QVERIFY(isModule({b.tree, id}));
        QCOMPARE(printed(b, id).split(u'\n'), QString(kVggPrinted).trimmed().split(u'\n'));
    }

    void layersOfEveryKindPrintAsInPython()
    {
        Builder b;
        QCOMPARE(printed(b, b.fromText(kMixed)).split(u'\n'), QString(kMixedPrinted).trimmed().split(u'\n'));
    }

    void upsamplePrintsAsInCurrentPyTorch()
    {
        Builder b;
        QCOMPARE(
            printed(b, b.fromText("torch.nn.modules.upsampling.Upsample size=None scale_factor=2.0 mode='nearest'")),
            QString("Upsample(scale_factor=2.0, mode='nearest')"));
        QCOMPARE(
            printed(b, b.fromText("torch.nn.modules.upsampling.Upsample size=(4,4) scale_factor=None mode='bilinear'")),
            QString("Upsample(size=(4, 4), mode='bilinear')"));
    }

    void attributesThatAnOldFileLacksAreLeftOut()
    {
        Builder b;
        QCOMPARE(printed(b, b.fromText("torch.nn.modules.activation.ReLU threshold=0")), QString("ReLU()"));
        QCOMPARE(printed(b, b.fromText("torch.nn.modules.pooling.MaxPool2d kernel_size=2 stride=2")),
                 QString("MaxPool2d(kernel_size=2, stride=2)"));
        QCOMPARE(printed(b, b.fromText("torch.nn.modules.activation.GELU")), QString("GELU()"));
    }

    void aClassThatExtendsALayerPrintsLikeIt()
    {
        Builder b;
        QCOMPARE(
            printed(b, b.fromText("timm.layers.conv2d_same.Conv2dSame in_channels=3 out_channels=8 kernel_size=(3,3) "
                                  "stride=(2,2) padding=(0,0) dilation=(1,1) transposed=False output_padding=(0,0) "
                                  "groups=1 padding_mode='zeros' | weight:8x3x3x3 bias:None")),
            QString("Conv2dSame(3, 8, kernel_size=(3, 3), stride=(2, 2), bias=False)"));
        QCOMPARE(printed(b, b.fromText("a.Mine in_features=3")), QString("Mine()"));
    }

    void otherValuesAreNoModules()
    {
        Builder b;
        const ValueId plain = b.tree.addObject({.callable = b.tree.addGlobal("a", "B"), .state = b.dict()});
        QVERIFY(!isModule({b.tree, plain}));
        QVERIFY(!isModule({b.tree, b.dict()}));
        QVERIFY(!isModule({}));
    }

    void scriptModulesPrintTheirClassTree()
    {
        Builder b;
        const auto script = [&](std::string_view name, std::vector<ValueId> state) {
            b.pair(state, "training", b.tree.addBool(false));
            return b.tree.addObject({.callable = b.tree.addGlobal("__torch__", name), .state = b.dict(state)});
        };
        std::vector<ValueId> state;
        b.pair(state, "weight", b.tree.addInt(1));
        b.pair(state, "conv1", script("torch.nn.modules.conv.___torch_mangle_0.Conv2d", {}));
        const ValueId net = script("Net", state);
        QVERIFY(isModule({b.tree, net}));
        QCOMPARE(printed(b, net), QString("RecursiveScriptModule(\n  original_name=Net\n  (conv1): "
                                          "RecursiveScriptModule(original_name=Conv2d)\n)"));
    }

    void aModuleThatContainsItselfEnds()
    {
        Builder b;
        const ValueId modules = b.dict();
        const ValueId module = b.module("a.Loop", modules, b.dict());
        b.tree.append(modules, std::vector<ValueId>{b.tree.addStr("self"), module});
        const QString text = printed(b, module);
        QVERIFY(text.contains("Loop(…)"));
        QCOMPARE(text.count("(self)"), 100);
    }

    void modulesThatAreSharedTooOftenAreCut()
    {
        Builder b;
        ValueId level = b.module("a.Leaf", b.dict(), b.dict());
        for (int i = 0; i < 60; ++i) {
            std::vector<ValueId> children;
            for (int k = 0; k < 10; ++k)
                b.pair(children, "child", level);
            level = b.module("a.Ten", b.dict(children), b.dict());
        }
        QVERIFY(printed(b, level).size() < 6'000'000);
    }

    void wideModulesWithinThemselvesAreCut()
    {
        Builder b;
        const ValueId modules = b.dict();
        const ValueId module = b.module("a.Wide", modules, b.dict());
        std::vector<ValueId> children;
        for (int i = 0; i < 100'000; ++i)
            b.pair(children, "c", module);
        b.tree.append(modules, children);
        QVERIFY(printed(b, module).size() < 6'000'000);
    }
};

QTEST_GUILESS_MAIN(ModuleTextTest)
#include "module_text_test.moc"
